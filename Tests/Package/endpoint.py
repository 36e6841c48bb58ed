"""What a server needs to pass for AWS's endpoint: a name server that leads to it, and a certificate of that name."""
import socket
import subprocess
import threading


class NameServer:
    """Answers every question for an IPv4 address with the one that it listens on."""

    def __init__(self, address):
        self.address = socket.inet_aton(address)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 53))
        self.names = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            question, client = self.socket.recvfrom(512)
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


def certificates(folder, name):
    """An authority, and a server's certificate for that name."""
    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, cwd=folder, capture_output=True)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out",
            "ca.pem", "-days", "2", "-subj", "/CN=Test authority")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=server")
    (folder / "names").write_text(f"subjectAltName=DNS:{name}\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "server.pem")
