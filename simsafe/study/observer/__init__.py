"""What a rational reader of the records could have known: beliefs that are calibrated, and how much is lost between signs and action."""
