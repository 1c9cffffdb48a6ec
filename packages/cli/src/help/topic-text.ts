import { helpTopics } from './topics.ts';

/** What `berth help TOPIC` prints; the list of topics for `topics`. */
export function topicText(name: string): string {
  const topic = helpTopics.find((it) => it.name === name);
  if (topic !== undefined) return `${topic.summary}\n\n${topic.text}`;
  const width = Math.max(...helpTopics.map((it) => it.name.length)) + 3;
  const lines = helpTopics.map((it) => `  ${it.name.padEnd(width)}${it.summary}`);
  return `Topics:\n${lines.join('\n')}\n\nRun 'berth help TOPIC' to read one.`;
}
