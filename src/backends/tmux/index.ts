import '../../engine/require-node.ts';
import { registerBackend } from '../../engine/contract/backend-registry.ts';
import { tmuxDefinition } from './tmux-definition.ts';

// The backend reads its settings, which its definition declares.
registerBackend('tmux', tmuxDefinition);

export { TmuxBackend } from './tmux-backend.ts';
