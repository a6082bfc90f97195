import asyncio
from concurrent.futures import ThreadPoolExecutor


async def step(order, name, seconds):
    await asyncio.sleep(seconds)
    order.append(name)
    return name


async def numbers():
    for number in range(3):
        await asyncio.sleep(0)
        yield number


async def main():
    order = []
    gathered = await asyncio.gather(step(order, "slow", 0.02), step(order, "fast", 0.01))
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
        late = "no"
    except asyncio.TimeoutError:
        late = "yes"
    queue = asyncio.Queue()
    task = asyncio.create_task(queue.get())
    await queue.put("put")
    lock = asyncio.Lock()
    async with lock:
        counted = [number async for number in numbers()]
    threaded = await asyncio.get_running_loop().run_in_executor(None, sum, [1, 2, 3])
    return [order, gathered, late, await task, counted, threaded]


def handler(event, context):
    with ThreadPoolExecutor(max_workers=4) as pool:
        squares = list(pool.map(lambda number: number * number, range(5)))
        future = pool.submit(int, "x")
        error = type(future.exception()).__name__
    return {"async": asyncio.run(main()), "squares": squares, "error": error}
