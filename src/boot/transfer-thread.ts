import { type MessagePort, workerData } from "node:worker_threads";
import { runTransfers } from "./transfer-loop.ts";

/** The entry of the thread that `loopTransfers` starts. */
const { port, waker } = workerData as { port: MessagePort; waker: number };
runTransfers(port, waker);
