"""What a server needs to pass for AWS's endpoint: a name server that leads to it, and a certificate of that name."""
import datetime
import ipaddress
import pathlib
import socket
import ssl
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


class NameServer:
    """Answers every question for an IPv4 address with the one that it listens on; `names` are those asked for."""

    def __init__(self, address):
        self.address = socket.inet_aton(address)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 53))
        self.names = []
        self.closed = False
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def close(self):
        self.closed = True
        # Wakes the thread, which waits for a question.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"", self.socket.getsockname())
        self.thread.join()

    def serve(self):
        while True:
            question, client = self.socket.recvfrom(512)
            if self.closed:
                self.socket.close()
                return
            end = question.index(b"\0", 12) + 5
            labels, index = [], 12
            while question[index]:
                labels.append(question[index + 1:index + 1 + question[index]].decode())
                index += 1 + question[index]
            is_address = question[end - 4:end - 2] == b"\0\1"
            self.names.append(".".join(labels))
            answer = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + self.address if is_address else b""
            head = question[:2] + b"\x81\x80\0\1\0" + bytes([is_address]) + b"\0\0\0\0"
            self.socket.sendto(head + question[12:end] + answer, client)


def certified(folder, name):
    """The ssl.SSLContext of a server of this name or IPv4 address; `ca.pem` in the folder is the authority to trust."""
    folder = pathlib.Path(folder)
    # The authority's key is of the one kind and the server's of the other, so that both are tried.
    authority, server = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
    issuer = _name("Test authority")
    try:
        subject = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        subject = x509.DNSName(name)
    root = _certificate(issuer, issuer, authority, authority, x509.BasicConstraints(ca=True, path_length=None))
    leaf = _certificate(_name("server"), issuer, server, authority, x509.SubjectAlternativeName([subject]))
    key = server.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "ca.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "server.pem").write_bytes(key + leaf.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(subject, issuer, key, signer, extension):
    now, day = datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(days=1)
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), now - day, now + day)
    return builder.add_extension(extension, isinstance(extension, x509.BasicConstraints)).sign(signer, hashes.SHA256())
