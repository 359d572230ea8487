"""What is killed while checks run comes back: nothing is lost, nothing is done twice."""
