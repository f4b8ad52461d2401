import { testPrograms } from './support/document-tests.ts';
import { newestNode } from './support/versions.ts';

testPrograms(newestNode, { types: true });
