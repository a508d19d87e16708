"""What a round does after text: lanes below it, each of which lets text go first at any time."""
