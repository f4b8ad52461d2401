export { TmuxBackend } from './tmux-backend.ts';
