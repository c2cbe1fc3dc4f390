"""Complaints about a notebook, tried in real JupyterLab and Notebook."""
