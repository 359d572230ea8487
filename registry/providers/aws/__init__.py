"""Amazon's registries: private ECR and ECR Public."""
