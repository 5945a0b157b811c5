import { createSocket, type RemoteInfo, type Socket } from "node:dgram";

/**
 * A TFTP relay that loses packets, for kernels without netem: argv is the server, the loss in percent and a seed.
 * The client gets a port for each transfer here, as it would from the server.
 */
const [server = "10.9.0.1", percent = "5", seed = "1"] = process.argv.slice(2);
let dice = Number(seed);
function lost(): boolean {
  dice = (Math.imul(dice, 1_664_525) + 1_013_904_223) >>> 0;
  return dice / 2 ** 32 < Number(percent) / 100;
}
const transfers = new Map<string, Socket>();
const front = createSocket("udp4");

front.on("message", (bytes, client) => {
  const key = `${client.address}:${client.port}`;
  let back = transfers.get(key);
  if (back === undefined) {
    back = join(client);
    transfers.set(key, back);
  }
  if (!lost()) back.send(bytes, 69, server);
});
front.bind(6969, "127.0.0.1", () => process.stdout.write("ready\n"));

function join(client: RemoteInfo): Socket {
  const [back, side] = [createSocket("udp4"), createSocket("udp4")];
  let transferPort = 0;
  back.on("message", (bytes, from) => {
    transferPort = from.port;
    if (!lost()) side.send(bytes, client.port, client.address);
  });
  side.on("message", (bytes) => {
    if (!lost()) back.send(bytes, transferPort, server);
  });
  side.bind(0, "127.0.0.1");
  return back;
}
process.stdin.on("end", () => process.exit(0)).resume();
