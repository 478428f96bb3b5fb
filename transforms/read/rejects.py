"""Makes the dead letters of this stage, in one way."""

import errno

from schemas.records import DeadLetter

STAGE = "read"

_REASONS = {
    errno.ENOENT: "missing",
    errno.ENOTDIR: "missing",
    errno.ENXIO: "not_a_file",
    errno.EISDIR: "not_a_file",
    errno.ELOOP: "link_loop",
}


def reject(uri: str, reason: str, detail: str, *, size: int | None = None) -> DeadLetter:
    """Return the dead letter of an input that cannot be used; `commit_id` and `seen` are the writer's to fill."""
    return DeadLetter(
        uri=uri,
        part=None,
        stage=STAGE,
        reason=reason,
        detail=one_line(detail),
        bytes=size,
        commit_id=None,
        seen=None,
    )


def reject_error(uri: str, error: OSError | ValueError) -> DeadLetter:
    """Return the dead letter of an input that the operating system refused."""
    if isinstance(error, OSError):
        return reject(uri, _REASONS.get(error.errno or 0, "unreadable"), error.strerror or str(error))
    return reject(uri, "missing", str(error))


def one_line(text: str) -> str:
    """Return a text as one line of valid Unicode."""
    return " ".join(text.split()).encode("utf-8", "backslashreplace").decode("utf-8")
