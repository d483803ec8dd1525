/** StatBar in Slack and Teams. */
export {};
