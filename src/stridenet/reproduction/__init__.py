"""Every experiment of the source documents, with the document's figure beside ours."""
