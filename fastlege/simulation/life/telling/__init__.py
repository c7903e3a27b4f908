"""What came of a life: measures by month, people compared between policies, and a page of pictures."""
