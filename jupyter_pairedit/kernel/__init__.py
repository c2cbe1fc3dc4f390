"""The kernel's side: the widget, the magic and what they ask of a page."""
