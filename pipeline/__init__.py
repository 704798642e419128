"""From raw mail to stored decision: the stages, the edges, and the batch that runs them."""
