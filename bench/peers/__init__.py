"""Other bots that hold the same conversation, each as its library's documentation shows it.

python -m bench.peers.NAME PATH API_URL     prints its address when it is ready; PATH: its SQLite file
"""
