"""What runs: network, cluster, images, the two services, schedule, scaling and API."""
