"""architect"""
