#!/usr/bin/env python3
"""Writes the SBOM of a program built by scripts/build-static.sh: each part that is linked in, with its exact version.

SPDX 2.3 as JSON, on standard output. Debian's own names and versions are given as package URLs, which is what scanners
compare with Debian's security tracker.
"""

import argparse
import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
from urllib.parse import quote

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Binary packages of the build machine whose static libraries or files end up in the image, and their licences.
SYSTEM = {
    "libc6-dev": "LGPL-2.1-or-later",
    "libgcc-12-dev": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libstdc++-12-dev": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libc-ares-dev": "MIT",
    "zlib1g-dev": "Zlib",
    "ca-certificates": "MPL-2.0",
}


def debian_url(name, version, codename, source):
    arch = "source" if source else subprocess.check_output(["dpkg", "--print-architecture"], text=True).strip()
    return f"pkg:deb/debian/{quote(name)}@{quote(version, safe=':.~-')}?arch={arch}&distro={codename}"


def package(name, version, licence, *, url=None, sha256=None, comment=None, supplier="NOASSERTION"):
    item = {
        "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name),
        "name": name,
        "versionInfo": version,
        "supplier": supplier,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": licence,
        "licenseDeclared": licence,
        "copyrightText": "NOASSERTION",
    }
    if url:
        item["externalRefs"] = [
            {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": url}
        ]
    if sha256:
        item["checksums"] = [{"algorithm": "SHA256", "checksumValue": sha256}]
    if comment:
        item["comment"] = comment
    return item


def system_packages(codename):
    names = list(SYSTEM)
    query = subprocess.check_output(["dpkg-query", "-W", "-f", "${Package}\t${Version}\n", *names], text=True)
    for line in query.splitlines():
        name, version = line.split("\t")
        yield package(
            name, version, SYSTEM[name], url=debian_url(name, version, codename, False), supplier="Organization: Debian"
        )


def built_libraries():
    for file in sorted((ROOT / ".build-static-libs").glob("*/*.tsv")):
        name, version, codename, licence, sha256, remark = file.read_text().rstrip("\n").split("\t")
        comment = "SHA-256 is that of upstream's archive in Debian's source package"
        yield package(
            name, version, licence, url=debian_url(name, version, codename, True), sha256=sha256,
            comment=comment + ("; built" + remark if remark else ""), supplier="Organization: Debian",
        )


def swift_packages():
    pins = json.loads((ROOT / "Package.resolved").read_text())["pins"]
    for pin in pins:
        location = pin["location"].removesuffix(".git").removeprefix("https://")
        version = pin["state"].get("version", pin["state"]["revision"])
        yield package(
            pin["identity"], version, "Apache-2.0 WITH Swift-exception", url=f"pkg:swift/{location}@{version}",
            comment="revision " + pin["state"]["revision"],
        )
    shown = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"Swift version (\S+)", shown).group(1)
    yield package(
        "swift-runtime", version, "Apache-2.0 WITH Swift-exception",
        comment="Swift's standard library and FoundationEssentials, linked in",
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", required=True, help="of Reelpress")
    parser.add_argument("--revision", required=True, help="Git's, of Reelpress")
    parser.add_argument("--source", default="", help="URL of the repository")
    parser.add_argument("program", help="the program that is described")
    arguments = parser.parse_args()

    codename = dict(
        line.rstrip().split("=", 1) for line in open("/etc/os-release", encoding="utf-8") if "=" in line
    )["VERSION_CODENAME"].strip('"')
    main_package = package(
        "reelpress-" + pathlib.Path(arguments.program).name, arguments.version, "GPL-3.0-or-later",
        sha256=hashlib.sha256(pathlib.Path(arguments.program).read_bytes()).hexdigest(),
        comment=f"revision {arguments.revision}; own sources under Apache-2.0; SHA-256 is that of the program",
    )
    if arguments.source:
        main_package["downloadLocation"] = f"git+{arguments.source}@{arguments.revision}"
    parts = [*built_libraries(), *swift_packages(), *system_packages(codename)]
    created = datetime.datetime.fromtimestamp(
        int(os.environ.get("SOURCE_DATE_EPOCH") or datetime.datetime.now().timestamp()), datetime.timezone.utc
    )
    document = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"reelpress {arguments.version}",
        "documentNamespace": "urn:reelpress:sbom:" + main_package["checksums"][0]["checksumValue"],
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: scripts/sbom.py"]},
        "packages": [main_package, *parts],
        "relationships": [
            {
                "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
                "relatedSpdxElement": main_package["SPDXID"],
            },
            *(
                {
                    "spdxElementId": main_package["SPDXID"],
                    "relationshipType": "CONTAINS" if part["name"] == "ca-certificates" else "STATIC_LINK",
                    "relatedSpdxElement": part["SPDXID"],
                }
                for part in parts
            ),
        ],
    }
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main()
