import { reserveSection } from '../../../src/engine/contract/backend-registry.ts';

// Sections as specs have them, without the backends that they belong to.
for (const name of ['kube', 'tmux', 'docker']) reserveSection(name);
