"""From the hits to the sentences that are shown, or to a refusal."""
