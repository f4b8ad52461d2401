import { Box, Text } from 'ink';
import { Table } from 'ink-table';
import type { ReactNode } from 'react';
import type { BackendEntry } from '../store/state.ts';
import { truncate } from '../text/pad.ts';

/** Columns that the other column, the borders and the margins take. */
const taken = 28;

/** Where experiments could run, on a start screen that has the room. */
export function BackendTable({
  backends,
  width,
}: {
  readonly backends: readonly BackendEntry[];
  readonly width: number;
}): ReactNode {
  const data = backends.map(({ name, summary }) => ({ backend: name, 'what it is': truncate(summary, width - taken) }));
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
