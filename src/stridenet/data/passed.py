"""What lies among recordings and is none: known by its name."""

from pathlib import PurePosixPath

_SUFFIXES = {
    "a picture": ".png .jpg .jpeg .gif .bmp .svg .heic .webp .tif .tiff .ico .eps",
    "a film or a sound": ".mp4 .mov .avi .mkv .webm .3gp .mp3 .m4a .aac .ogg .flac",
    "a document": ".md .rst .pdf .doc .docx .ppt .pptx .odt .odp .rtf .tex .bib .html .htm",
    "a program": ".py .pyc .ipynb .r .rmd .m .js .c .cpp .h .java .class .ino .sh .bat .cmd .css .exe .dll .so",
    "settings": ".toml .yaml .yml .ini .cfg .lock .sha256 .md5",
    "a model": ".keras .h5 .pkl .joblib .pt .pth .onnx .tflite",
    "an archive of another kind": ".7z .rar",
    "a backup": ".bak .old .orig .swp",
    "a download that did not end": ".part .crdownload .download .partial",
}
_WHY = {suffix: why for why, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_ABOUT = ("readme", "license", "licence", "copying", "citation", "changelog", "authors", "makefile", "dockerfile")
_SYSTEM = ("thumbs.db", "desktop.ini", "icon\r")
_TEXT = ("", ".txt")


def why_passed(name: str) -> str:
    """Why a file is no recording, by its name; empty where it may be one.

    Args:
        name: its path within the source, folders apart by ``/``.

    >>> why_passed("~$walk.xlsx"), why_passed("walk.csv~")
    ('a note that the file is open in an office program', 'a backup')
    >>> why_passed("a/.git/config"), why_passed("README.txt"), why_passed("walk.csv"), why_passed("a.png")
    ('hidden', 'text about the data', '', 'a picture')
    """
    path = PurePosixPath(name.lower())
    if any(part.startswith(".") for part in path.parts):
        return "hidden"
    if path.name in _SYSTEM or "__macosx" in path.parts:
        return "the system's"
    if path.name.startswith("~$"):
        return "a note that the file is open in an office program"
    if path.name.endswith("~") or (path.name.startswith("#") and path.name.endswith("#")):
        return "a backup"
    if path.suffix in _TEXT and (path.stem.startswith(_ABOUT) or path.name == "requirements.txt"):
        return "text about the data"
    return _WHY.get(path.suffix, "")
