"""The contract that the files of a lake are held to: pandera's schemas, and checks over tables."""
