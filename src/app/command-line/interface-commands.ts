/** Commands of the interface itself, which the command line does not have. */
export const interfaceCommands = ['quit', 'q', 'help', 'backend', 'experiments', 'services', 'new'] as const;
