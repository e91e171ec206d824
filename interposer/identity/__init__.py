"""Who asks and where: claims, observations, context."""
