"""Start and end picture over one another, before a clip is ordered between them."""
