"""What people report of editors, widgets and collaboration in Jupyter, tried here."""
