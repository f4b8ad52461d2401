import '../../engine/require-node.ts';
import { registerBackend } from '../../engine/contract/backend-registry.ts';
import { dockerDefinition } from './docker-definition.ts';

// The backend reads its settings, which its definition declares.
registerBackend('docker', dockerDefinition);

export { DockerBackend } from './docker-backend.ts';
