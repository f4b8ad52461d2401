import { documentKind } from '../../shell/text-view/document-view.ts';
import { openMessages } from './open-messages.ts';

export const messagesKind = documentKind('messages', { messages: openMessages });
