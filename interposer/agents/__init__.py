"""What is known of each agent: how it spawns commands, its markers, its preambles; one file an agent."""
