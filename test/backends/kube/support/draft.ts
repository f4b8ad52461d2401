/** A spec with a process of its own and a group of two pods with two processes each. */
export const draft = {
  processes: {
    learner: { command: 'python learner.py', bind: ['replay', 'parameters'], expose: { tensorboard: 6006 } },
  },
  groups: {
    agents: {
      replicas: 2,
      processes: { agent: { command: ['python', 'agent.py'], replicas: 2, connect: ['replay'] } },
    },
  },
};
