import { Box, Text } from 'ink';
import { Table } from 'ink-table';
import type { ReactNode } from 'react';
import { bodyHeight, headerHeight } from '../../shell/store/layout.ts';
import type { AppState, BackendEntry } from '../../shell/store/state.ts';
import { truncate } from '../../shell/text/pad.ts';
import { startHeight } from './render-start.ts';

/** Screen columns for the other column, the borders and the margins. */
const reservedWidth = 28;

/**
 * The table of backends below the start screen, if there is room: the start screen leaves most of a large terminal empty. The
 * table takes two rows per entry.
 */
export function decorateStart({ size, model, connection, backends }: AppState): ReactNode {
  const isStart = model.size === 0 && connection.kind === 'live';
  const needed = startHeight + 2 * backends.length + 3;
  if (!isStart || backends.length === 0 || size.columns < 60 || bodyHeight(size) < needed) return null;
  return (
    <Box position="absolute" marginLeft={2} marginTop={headerHeight + startHeight}>
      <BackendTable backends={backends} width={size.columns} />
    </Box>
  );
}

/** The backends, on a start screen that has room for them. */
function BackendTable({
  backends,
  width,
}: {
  readonly backends: readonly BackendEntry[];
  readonly width: number;
}): ReactNode {
  const data = backends.map(({ name, summary }) => ({
    backend: name,
    'what it is': truncate(summary, width - reservedWidth),
  }));
  return (
    <Box flexDirection="column">
      <Table data={data} header={Plain} cell={Plain} skeleton={Faint} />
    </Box>
  );
}

function Plain({ children }: { readonly children?: ReactNode }) {
  return <Text>{children}</Text>;
}

function Faint({ children }: { readonly children?: ReactNode }) {
  return <Text dimColor>{children}</Text>;
}
