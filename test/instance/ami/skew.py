"""skew.py STATUS PACKAGES.tar: what apt would do to an instance on which parts of its own have another version than in our archive.

STATUS is dpkg's, of a machine like Debian's image for EC2 (README.md here). For each source package of which both it and the archive have
parts, the status is changed as if the image had a newer one, then an older one, and apt is asked (a simulation, as docker/ec2/boot asks it)
whether the archive goes onto it. Prints a line for each that apt refuses, or that would remove something. Needs apt, and no root.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

status = Path(sys.argv[1]).read_text()
work = Path(tempfile.mkdtemp())
(work / "lists/partial").mkdir(parents=True)
(work / "archives/partial").mkdir(parents=True)
subprocess.run(["tar", "-xf", sys.argv[2], "-C", work], check=True)
(work / "sources.list").write_text(f"deb [trusted=yes] file:{work}/debs ./\n")
(work / "preferences").write_text('Package: *\nPin: origin ""\nPin-Priority: 1001\n')
options = {
    "Dir::Etc::SourceList": work / "sources.list",
    "Dir::Etc::SourceParts": "/dev/null",
    "Dir::Etc::Preferences": work / "preferences",
    "Dir::Etc::PreferencesParts": "/dev/null",
    "Dir::State::Lists": work / "lists",
    "Dir::State::extended_states": work / "extended_states",
    "Dir::Cache": work,
    "Dir::State::status": work / "status",
    "APT::Get::allow-downgrades": "true",
    "APT::Install-Recommends": "false",
    "APT::Sandbox::User": "root",
    "APT::Architecture": "amd64",
}
apt = ["apt-get", *[word for name, value in options.items() for word in ("-o", f"{name}={value}")]]
(work / "status").write_text(status)
subprocess.run([*apt, "update", "-qq"], check=True, capture_output=True)


def field(name, paragraph):
    found = re.search(rf"(?m)^{name}: (\S+)", paragraph)
    return found[1] if found else ""


def parts(text):
    """Binary package → (source, version)."""
    paragraphs = [it for it in text.split("\n\n") if it.strip()]
    return {field("Package", it): (field("Source", it) or field("Package", it), field("Version", it)) for it in paragraphs}


installed, carried = parts(status), parts((work / "debs/Packages").read_text())
asked = (work / "install").read_text().split()


def trouble(text):
    (work / "status").write_text(text)
    done = subprocess.run([*apt, "install", "-s", "-y", "--no-remove", *asked], capture_output=True, text=True)
    if done.returncode == 0:
        return ""
    said = [line.strip() for line in (done.stdout + done.stderr).split("\n") if re.search(r"Depends:|Breaks:|^E:", line)]
    return "; ".join(said[:3])


def other(source, suffix):
    """The status in which all binaries of that source have another version, and say so of each other."""
    versions = {version for of, version in installed.values() if of == source}
    names = {name for name, (of, _) in installed.items() if of == source}

    def renamed(found):
        ours = found[1].split(":")[0] in names and found[3] in versions
        return f"{found[1]} ({found[2]} {found[3]}{suffix})" if ours else found[0]

    paragraphs = []
    for paragraph in status.split("\n\n"):
        if field("Package", paragraph) in names:
            paragraph = re.sub(r"(?m)^(Version: \S+)$", rf"\1{suffix}", paragraph)
        related = ("Depends:", "Pre-Depends:", "Breaks:", "Conflicts:", "Replaces:")
        lines = paragraph.split("\n")
        lines = [re.sub(r"(\S+) \(([<>=]+) ([^)]+)\)", renamed, line) if line.startswith(related) else line for line in lines]
        paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs)


if problem := trouble(status):
    print(f"as it is: {problem}")
for source in sorted({installed[name][0] for name in carried if name in installed}):
    for word, suffix in (("newer", "+x"), ("older", "~x")):
        if problem := trouble(other(source, suffix)):
            print(f"{source} {word}: {problem}")
