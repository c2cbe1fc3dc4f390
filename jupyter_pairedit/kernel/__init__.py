"""The kernel's side: the widget, the magics, and the messages to the page."""
