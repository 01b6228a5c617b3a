/** A moment, in the reader's own zone. @param time ISO 8601 */
export function Instant({ time }: { time: string }) {
  const text = new Date(time).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'medium' });
  return (
    <time dateTime={time} title={time}>
      {text}
    </time>
  );
}
