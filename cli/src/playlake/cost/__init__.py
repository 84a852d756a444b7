"""What a deployment costs a month, from its template and AWS's list prices."""
