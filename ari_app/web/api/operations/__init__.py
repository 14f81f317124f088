"""What the API can do, one file for each part of the desk. Every function here is one operation."""
