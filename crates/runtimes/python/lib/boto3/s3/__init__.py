"""S3's resources and transfers."""
