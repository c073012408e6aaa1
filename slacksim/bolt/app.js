// A bot on Slack's own framework. bolt_test.go starts it against slacksim; it says only what the test asks for.
'use strict';

const { App, LogLevel } = require('@slack/bolt');

const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  socketMode: true,
  logLevel: LogLevel.WARN,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});

const withoutMention = (text) => text.replace(/<@\w+>\s*/, '');

const question = (text) => [
  { type: 'section', text: { type: 'mrkdwn', text } },
  {
    type: 'actions',
    elements: [{ type: 'button', action_id: 'more', value: '2', text: { type: 'plain_text', text: 'More' } }],
  },
];

app.event('app_mention', async ({ event, context, client, say }) => {
  const text = withoutMention(event.text);
  const thread_ts = event.thread_ts || event.ts;
  if (text === 'report') {
    await client.filesUploadV2({
      channel_id: event.channel, thread_ts, filename: 'report.csv', content: 'volume,size\npvc-1,10\n', initial_comment: 'the report',
    });
    return;
  }
  await say({ text: `mention: ${text} (retry ${context.retryNum ?? 0})`, blocks: question(`mention: ${text}`), thread_ts });
});

app.message(async ({ message, say }) => {
  if (message.subtype !== undefined) return;
  if (message.channel_type === 'im') {
    await say(`direct: ${message.text}`);
  } else if (message.thread_ts !== undefined && !message.text.includes('<@')) {
    await say({ text: `thread: ${message.text}`, thread_ts: message.thread_ts });
  }
});

app.command('/mulebot', async ({ command, ack, respond }) => {
  await ack();
  await respond({ response_type: 'in_channel', text: `command: ${command.text}` });
});

app.action('more', async ({ action, ack, say, body }) => {
  await ack();
  await say({ text: `button: ${action.value}`, thread_ts: body.message.thread_ts || body.message.ts });
});

app.error(async (error) => {
  console.error('bolt:', error);
});

app.start().then(
  () => console.log('ready'),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);

process.stdin.on('end', () => process.exit(0)).resume(); // the test has gone
