/** Commands that exist only in the interface, not in a shell. */
export const interfaceCommands = ['quit', 'q', 'help', 'backend', 'experiments', 'services', 'new'] as const;
