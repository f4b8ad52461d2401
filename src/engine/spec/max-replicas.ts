/** The maximum number of processes of an experiment, and of replicas of each. */
export const maxReplicas = 10_000;
