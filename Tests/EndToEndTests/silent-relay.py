# SPDX-License-Identifier: Apache-2.0
#
# A network that says nothing when a board is switched off: connections to its port are passed on to another one, and stay
# open, silent, when they are ended there.
#
#   silent-relay FROM TO    ports of the loopback; "listening" on standard error when it does
import asyncio, sys


async def copy(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


async def serve(reader, writer):
    try:
        board, to_board = await asyncio.open_connection("127.0.0.1", int(sys.argv[2]))
    except OSError:
        return writer.close()
    ours = asyncio.create_task(copy(reader, to_board))
    try:
        await copy(board, writer)
    except OSError:
        pass
    try:
        # What comes for a board that is off is lost.
        await ours
    except OSError:
        while await reader.read(65536):
            pass
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]))
    print("listening", file=sys.stderr, flush=True)
    await server.serve_forever()


asyncio.run(main())
