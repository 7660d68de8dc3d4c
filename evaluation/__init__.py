"""How right we are, measured by hand: nothing here is needed to run the product."""
