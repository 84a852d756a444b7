"""What is checked before a deployment: AWS itself, cdk-nag's rules, the page of permissions."""
