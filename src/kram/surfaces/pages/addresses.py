"""Where a work can be read."""

from kram.knowledge.entries import Source


def address(source: Source) -> str | None:
    """Where the work can be read, for a link that the reader may follow."""
    if source.doi:
        return f"https://doi.org/{source.doi}"
    if source.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/"
    return source.url
