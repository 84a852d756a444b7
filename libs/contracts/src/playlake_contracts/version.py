"""The version of everything in this repository: of the distribution, its packages and images."""

VERSION = "0.1.0"
