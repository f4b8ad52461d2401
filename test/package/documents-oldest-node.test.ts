import { testCommands, testPrograms } from './support/document-tests.ts';
import { oldestNode } from './support/versions.ts';

testCommands(oldestNode);
testPrograms(oldestNode, { types: false });
