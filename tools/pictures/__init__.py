"""The pictures of the example campaigns, one module each."""
