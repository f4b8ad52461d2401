/** Commands of the interface itself, which the command line does not have. */
export const ownCommands = ['quit', 'q', 'help', 'backend', 'experiments', 'services', 'new'] as const;
